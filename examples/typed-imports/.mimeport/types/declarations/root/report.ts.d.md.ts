export interface Amount {
    value: number;
    currency: string;
}
/** Prices of a table, whose first row has the names of its columns. */
export declare function amounts(rows: string[][]): Amount[];
/** What all cost together. */
export declare const total: (all: Amount[]) => string;
//# sourceMappingURL=report.ts.d.md.ts.map
