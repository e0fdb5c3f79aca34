/** What the adapter can do, as DAP's `initialize` tells it. Only what works stands here. */
import type { DebugProtocol } from '@vscode/debugprotocol';

export const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsDelayedStackTraceLoading: true,
  supportsEvaluateForHovers: true,
  supportsExceptionInfoRequest: true,
  supportsRestartRequest: true,
  supportsSetVariable: true,
  supportsSteppingGranularity: true,
  supportsTerminateRequest: true,
};
