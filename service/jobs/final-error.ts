/** A job that failed so that no repetition would help. Its message goes to the dead-letter queue, with the reason. */
export class FinalError extends Error {}
