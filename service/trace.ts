import { AsyncLocalStorage } from 'node:async_hooks';

/** The id of the request that is being answered, for what is written deep below its route. */
export const requestInHand = new AsyncLocalStorage<string>();
