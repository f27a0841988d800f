/** What has to do with types beside a name: annotations, marks, parameters of types. */

import { compiled } from './stop.mts'
import { TypeReader } from './type-reader.mts'

export abstract class AnnotationReader extends TypeReader {
  /** Blanks `: T`, if it is there. `isReturned`: a function's result. */
  annotation(isReturned = false): void {
    if (!this.is(':')) return
    const { start } = this
    this.next()
    if (isReturned) this.returnType()
    else this.type()
    this.blank(start)
  }

  /** Blanks this mark, if it is there. */
  blankMark(text: string): void {
    if (!this.is(text)) return
    this.next()
    this.blank(this.before - 1)
  }

  /** Blanks `<A>` of a declaration. */
  blankTypeParameters(isCalled = true): void {
    if (!this.is('<')) return
    const { start } = this
    this.typeParameters(isCalled)
    this.blank(start)
  }

  /** Decorators are not erased. */
  refuseDecorators(): void {
    if (this.is('@')) throw compiled
  }
}
