// Builds an algorithm with a mistake planted in it: its real source, with one piece of text replaced by another.
import { dirname, resolve } from "node:path"
import { readFile } from "node:fs/promises"
import { build } from "esbuild"

export interface Patch {
  /** The file, relative to the algorithms folder. */
  readonly file: string
  /** What the file says, exactly once: a patch that does not fit the source any more is an error. */
  readonly text: string
  readonly by: string
}

const ALGORITHMS = resolve(import.meta.dirname, "../../../algorithms")

/**
 * The module of an algorithm as it would be with the patches.
 *
 * @param entry the algorithm's main file, relative to the algorithms folder
 */
export async function mutate<Module>(entry: string, patches: readonly Patch[]): Promise<Module> {
  const unused = new Set(patches)
  const bundle = await build({
    entryPoints: [resolve(ALGORITHMS, entry)],
    bundle: true,
    write: false,
    format: "esm",
    target: "node24",
    plugins: [
      {
        name: "patches",
        setup(setup) {
          setup.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
            let contents = await readFile(path, "utf8")
            for (const patch of patches) {
              if (path !== resolve(ALGORITHMS, patch.file)) continue
              if (contents.split(patch.text).length !== 2) throw new Error(`${patch.file}: not once: ${patch.text}`)
              contents = contents.replace(patch.text, () => patch.by)
              unused.delete(patch)
            }
            return { contents, loader: "ts", resolveDir: dirname(path) }
          })
        },
      },
    ],
  })
  if (unused.size > 0) throw new Error(`not part of ${entry}: ${[...unused].map(({ file }) => file).join(", ")}`)
  const module: Module = await import(
    `data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0]!.contents).toString("base64")}`
  )
  return module
}
