/** The project's own primary-backup, as a solution of the lab: with a view service of one process. */
import { primaryBackup } from "../../algorithms/primary-backup/primary-backup.ts"

export const reference = primaryBackup
