/** Something that happens once, and that a test waits for. A test that waits in vain times out. */
export function moment() {
  let happen = () => {}
  const happened = new Promise<void>(resolve => {
    happen = resolve
  })
  return { happened, happen }
}
