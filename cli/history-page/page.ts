export function historyPage(..._: readonly unknown[]): string {
  return ""
}
