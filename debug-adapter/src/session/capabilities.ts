/** What the adapter can do, as DAP's `initialize` tells it. Only what works stands here. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { EXCEPTION_KINDS } from '../kernel/exceptions';

export const CAPABILITIES: DebugProtocol.Capabilities = {
  supportTerminateDebuggee: true,
  supportSuspendDebuggee: true,
  supportsBreakpointLocationsRequest: true,
  supportsCancelRequest: true,
  supportsClipboardContext: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['.', '>', '$'],
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsDataBreakpoints: true,
  supportsDataBreakpointBytes: true,
  supportsDelayedStackTraceLoading: true,
  supportsDisassembleRequest: true,
  supportsEvaluateForHovers: true,
  supportsExceptionInfoRequest: true,
  supportsFunctionBreakpoints: true,
  supportsGotoTargetsRequest: true,
  supportsHitConditionalBreakpoints: true,
  supportsInstructionBreakpoints: true,
  supportsLoadedSourcesRequest: true,
  supportedChecksumAlgorithms: ['SHA256'],
  supportsLogPoints: true,
  supportsModulesRequest: true,
  additionalModuleColumns: [{ attributeName: 'version', label: 'Size', type: 'string' }],
  supportsReadMemoryRequest: true,
  supportsRestartRequest: true,
  supportsSetExpression: true,
  supportsSetVariable: true,
  supportsStepInTargetsRequest: true,
  supportsSingleThreadExecutionRequests: true,
  supportsSteppingGranularity: true,
  supportsTerminateRequest: true,
  supportsValueFormattingOptions: true,
  supportsWriteMemoryRequest: true,
  exceptionBreakpointFilters: EXCEPTION_KINDS.map(({ id, label, description }) => ({
    filter: id,
    label,
    description,
    default: true,
  })),
};

/** What comes with a run that is recorded. */
export const RECORDED_CAPABILITIES: DebugProtocol.Capabilities = { supportsStepBack: true };
