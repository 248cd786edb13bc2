// The public API of server/engine/devices for the rest of server/engine.
export { type BackendFile, type GpuBackend } from "./backends.ts";
export { chooseBackend, thisMachine, type BackendChoice } from "./choose.ts";
export { installBackend, packageOf } from "./install/install.ts";
export {
  fetchedRuntime,
  installRuntime,
  runtimeWheels,
  sizeOf,
  type RuntimeWheel,
} from "./install/runtime.ts";
export { LIBRARY_VERSION } from "./install/packages.ts";
export type {
  BackendState,
  DeviceMemory,
  DeviceReport,
  GpuDevice,
  InstallOffer,
  RefusedBackend,
} from "./report.ts";
export { installOffers, surveyDevices } from "./survey.ts";
