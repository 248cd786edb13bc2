// Options that several pool commands share.
import { type EvictionOrder, type PoolBudget } from "../../pools/index.ts";
import { type OverwriteFlags } from "../files/overwrite.ts";
import { type SkipFlags } from "./poolSource.ts";

export interface OutFlags extends OverwriteFlags {
  readonly out: string;
}

export interface BuildFlags extends OutFlags {
  readonly groups?: string;
}

export interface PruneFlags extends BudgetFlags {
  readonly olderThan?: number;
  readonly unusedFor?: number;
  readonly minUses?: number;
  readonly spare?: number;
}

export interface BudgetFlags extends SkipFlags {
  readonly model?: string;
  readonly budget?: number;
  readonly groupBudget?: number;
  readonly evict?: EvictionOrder;
}

export function budgetOf({ budget, groupBudget, evict }: BudgetFlags): PoolBudget {
  return {
    totalTokens: budget ?? Infinity,
    groupTokens: groupBudget ?? Infinity,
    ...(evict !== undefined && { order: evict }),
  };
}
