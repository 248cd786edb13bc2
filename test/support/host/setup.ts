// Runs before each file of the host lane.
import { reportWindowsOfFailures } from "./whatIsShown.ts";

reportWindowsOfFailures();
