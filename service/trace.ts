import { AsyncLocalStorage } from 'node:async_hooks';

/** The id of the request that is being answered, or that asked for the job in hand, for what is written deep below. */
export const requestInHand = new AsyncLocalStorage<string>();
