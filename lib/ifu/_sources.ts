import { DomainError } from "../base/mod.ts";
import { type Galaxy, syntheticGalaxy } from "../galaxy/mod.ts";
