/** Services that OpenTelemetry traces, and what is known of how: what the rules about its settings share. */
import type { TracingSetup } from '../../artifacts/source/facts.ts';
import type { Model, Service, Tracing } from '../../model/model.ts';

export interface Setup extends Tracing {
  readonly setup: TracingSetup;
}

export interface Traced {
  readonly service: Service;
  /** Where code gives an SDK its settings. */
  readonly setups: readonly Setup[];
  /** Agents and modules loaded first, whose settings are all in the environment. */
  readonly agents: readonly Tracing[];
  /** An operator gives it its settings. */
  readonly operator?: Tracing;
}

/** Services in production that OpenTelemetry traces. */
export function tracedServices(model: Model): readonly Traced[] {
  return model.services.flatMap((service) => {
    if (service.role !== 'production' || service.runs) return [];
    const tracing = service.tracing.filter(({ vendor }) => vendor === 'opentelemetry');
    const setups = tracing.filter(
      (one): one is Setup => one.setup !== undefined && model.role(one.at.file) === 'production',
    );
    const agents = tracing.filter(({ by }) => by === 'agent' || by === 'preload');
    const operator = tracing.find(({ by }) => by === 'operator');
    if (setups.length + agents.length === 0 && !operator) return [];
    return [{ service, setups, agents, ...(operator && { operator }) }];
  });
}

/** Whether an agent is for this runtime: agents of the JVM and .NET know more than the environment says. */
export function isScripted({ language }: Service): boolean {
  return language === 'javascript' || language === 'typescript' || language === 'python';
}
