/**
 * A sample of so many values in which every value that was added is as likely to be as any other (Vitter's algorithm R),
 * so that percentiles of it estimate those of all values, whatever their number.
 */
export class Reservoir {
  private readonly kept: number[] = [];
  private seen = 0;
  private largest = 0;

  /** @param size most values that are kept */
  constructor(private readonly size: number) {}

  add(value: number): void {
    this.seen += 1;
    this.largest = Math.max(this.largest, value);
    if (this.kept.length < this.size) {
      this.kept.push(value);
      return;
    }
    const place = Math.floor(Math.random() * this.seen);
    if (place < this.size) this.kept[place] = value;
  }

  get values(): readonly number[] {
    return this.kept;
  }

  /** The largest of all values, kept in the sample or not; 0 without any. */
  get maximum(): number {
    return this.largest;
  }
}
