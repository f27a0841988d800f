/** `EUR` in this file. */
export declare const CURRENCY: string
