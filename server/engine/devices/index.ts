// The public API of server/engine/devices for the rest of server/engine.
export { backendsOf, GPU_BACKENDS, type BackendFile, type GpuBackend } from "./backends.ts";
export { chooseBackend, thisMachine } from "./choose.ts";
export { INSTALL_FAULTS, InstallError, type InstallFault } from "./install/errors.ts";
export { installBackend, packageOf, type InstallOptions } from "./install/install.ts";
export {
  fetchedRuntime,
  installRuntime,
  runtimeWheels,
  sizeOf,
  type RuntimeWheel,
} from "./install/runtime.ts";
export { LIBRARY_VERSION } from "./install/packages.ts";
export type {
  BackendReport,
  BackendState,
  DeviceMemory,
  DeviceReport,
  GpuDevice,
  InstallOffer,
  RefusedBackend,
} from "./report.ts";
export { installOffers, surveyDevices } from "./survey.ts";
export { BACKEND_NAMES, TRIAL_FAULTS, type TrialFault } from "./trialFaults.ts";
