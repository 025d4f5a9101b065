export { Dashboard, type DashboardProps } from './dashboard';
export { EdgeDashboard, type EdgeDashboardProps } from './edge-dashboard';
