export { WorkQueue, type WorkQueueProps } from './work-queue';
