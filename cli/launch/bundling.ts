/** Options shared by the two bundles of the command line: the package's (`scripts/build.ts`), and a checkout's. */

/** Packages that stay outside: found in node_modules when the package runs. */
export const OUTSIDE = ["vega", "vega-lite", "@resvg/resvg-js", "piscina", "esbuild", "bullmq", "ioredis"]

/** Lets bundled CommonJS modules call `require`, under a name that no bundled module uses. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);"

export const BUNDLING = {
  outbase: ".",
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  platform: "node",
  format: "esm",
  target: "node22",
  alias: { "string-width": "./scripts/string-width.ts" },
  banner: { js: REQUIRE },
  minifyWhitespace: true,
  metafile: true,
} as const
