/**
 * Signs of life from work that does not give way: who waits for it takes a thread that stands still for lost. To be given between two
 * pieces, each of which is bounded, of what has no bound itself.
 */

let give: () => void = () => {}

/** Who takes the signs in this thread. */
export function configurePulse(next: () => void): void {
  give = next
}

/** Says that the work goes on. */
export function beat(): void {
  give()
}
