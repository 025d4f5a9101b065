export { NotificationTopic, type NotificationTopicProps } from './notification-topic';
export type { Publisher } from './publishers';
