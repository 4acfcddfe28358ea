import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface Column<Row> {
  readonly name: string
  readonly label: string
  readonly cell: (row: Row) => ReactNode
  /** Numbers stand below each other. */
  readonly isNumber?: boolean
  /** For those who hear it alone: what is in it speaks for itself. */
  readonly hidesLabel?: boolean
  /** Left out where there is little room. */
  readonly isExtra?: boolean
}

interface TableProps<Row> {
  /** What it lists, for those who hear it. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
}

/** Rows of the same kind. For more than some hundreds, show a page of them. */
export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  const look = ({ isNumber, isExtra }: Column<Row>) =>
    classNames(
      'px-3 py-2.5 first:pl-4 last:pr-4',
      isNumber ? 'text-right' : 'text-left',
      isExtra && 'hidden md:table-cell'
    )
  return (
    <div className="overflow-x-auto rounded-large border border-edge bg-surface">
      <table className="w-full border-collapse text-body">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-edge text-small text-soft">
            {columns.map(column => (
              <th key={column.name} scope="col" className={classNames(look(column), 'font-medium')}>
                <span className={column.hidesLabel ? 'sr-only' : undefined}>{column.label}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={keyOf(row)} className="border-b border-edge last:border-0">
              {columns.map(column => (
                <td key={column.name} className={look(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
