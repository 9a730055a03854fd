/** Detects devices given in place of files. */
import { statSync } from "node:fs"

/** Tests whether a path names a device, such as a disk or /dev/zero: reading one may never end. */
export function isDevice(path: string): boolean {
  try {
    const found = statSync(path)
    return found.isCharacterDevice() || found.isBlockDevice()
  } catch {
    return false
  }
}

/** The message about a device in place of a file. */
export const IS_DEVICE = "this is a device; expected a file"
