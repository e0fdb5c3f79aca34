/** From a tree and assignments to a {@link Configuration}, in the ways in which the reference does it. */
import { finish, type Steps } from '../steps';
import { type Assignments, Evaluation, type FillMode } from './evaluate';
import type { Configuration, KconfigModel, Option, OptionType } from './model';

/** Values for every option from what a user has set, by name without `CONFIG_`: `olddefconfig`. */
export function evaluateKconfig(model: KconfigModel, assigned: Assignments): Configuration {
  return finish(evaluationSteps(model, assigned));
}

/** The same in steps. */
export function* evaluationSteps(model: KconfigModel, assigned: Assignments): Steps<Configuration> {
  const evaluation = new Evaluation(model);
  yield* evaluation.readSteps(assigned);
  yield* evaluation.settleSteps();
  return configurationOf(evaluation);
}

/** The same from a defconfig, after which nothing counts as open: `defconfig`. */
export function defaultsOf(model: KconfigModel, assigned: Assignments): Configuration {
  const evaluation = new Evaluation(model);
  evaluation.read(assigned);
  evaluation.fill('default');
  return configurationOf(evaluation.settle());
}

/** One answer for all that `seed` leaves open: `allyesconfig`, `allmodconfig`, `allnoconfig`, `alldefconfig`. */
export function fillKconfig(model: KconfigModel, mode: FillMode, seed?: Assignments): Configuration {
  const evaluation = new Evaluation(model);
  if (seed !== undefined) evaluation.seed(seed);
  evaluation.fill(mode);
  return configurationOf(evaluation.settle());
}

/** Tables of all options are made when somebody looks at them. */
function configurationOf(evaluation: Evaluation): Configuration {
  let values: Map<string, string> | undefined;
  let types: Map<string, OptionType> | undefined;
  const table = <T>(of: (option: Option) => T) =>
    new Map([...evaluation.model.options.values()].map((option) => [`CONFIG_${option.name}`, of(option)]));
  return {
    evaluation,
    get values() {
      values ??= table((option) => evaluation.value(option));
      return values;
    },
    get types() {
      types ??= table((option) => option.type ?? 'bool');
      return types;
    },
  };
}
