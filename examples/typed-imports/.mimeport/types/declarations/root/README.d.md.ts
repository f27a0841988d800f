declare const value: string
export default value
