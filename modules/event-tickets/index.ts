export { EventTickets, type EventTicketsProps } from './event-tickets';
