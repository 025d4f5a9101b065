export { Events, EVENTS_TOPIC, type EventsProps, type Taker } from './events';
