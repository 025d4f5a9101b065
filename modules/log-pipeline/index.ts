export { ask, expression, type Desk } from './ask';
export { LogPipeline, type LogPipelineProps } from './log-pipeline';
export { readQuery, type QueryName } from './queries';
