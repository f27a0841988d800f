declare const value: {
  days: {
    name: string
    hours?: number[]
    closed?: boolean
  }[]
}
export default value
