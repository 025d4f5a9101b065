export { NotificationTopic, type NotificationTopicProps } from './notification-topic';
export { subscribeQueue, type QueueSubscriptionProps } from './subscription';
export type { Publisher } from './publishers';
