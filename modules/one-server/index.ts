export { OneServer, type OneServerProps } from './one-server';
export { serverUserData, type ServerSetup } from './set-up';
