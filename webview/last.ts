// Remembers the last answer to a question that views ask at each drawing. It must not know what is asked.

/** The last answer to one question: asked the same again, it is given again. */
export class Last<Answer> {
  private asked: readonly unknown[] | null = null;
  private answer: Answer | null = null;

  of(question: readonly unknown[], work: () => Answer): Answer {
    const isSame = this.asked?.every((part, i) => Object.is(part, question[i])) === true;
    if (!isSame || this.answer === null) {
      this.answer = work();
      this.asked = question;
    }
    return this.answer;
  }
}
