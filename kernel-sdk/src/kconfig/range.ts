/** The numbers that an option can have. */
import type { Configuration, KconfigModel, Place } from './model';

/** The range that counts under a configuration, and where that is said; undefined for any number. */
export function rangeOf(
  model: KconfigModel,
  { evaluation }: Configuration,
  name: string,
): { readonly low: string; readonly high: string; readonly place: Place } | undefined {
  const option = model.options.get(name);
  const range = option?.ranges.find(({ condition }) => evaluation.truth(condition) !== 0);
  if (range === undefined) return undefined;
  const { low, high } = range.value;
  return { low: evaluation.value(low), high: evaluation.value(high), place: range.place };
}
