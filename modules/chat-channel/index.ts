export { ChatChannel, type Channel, type ChatChannelProps } from './chat-channel';
