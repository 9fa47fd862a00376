import { PostHog } from 'posthog-node';

const posthog = new PostHog(process.env.POSTHOG_KEY ?? '');

/** Tells product analytics what a customer did; `tracking-plan.yaml` lists the events. */
export function track(event: string, customer: string): void {
  posthog.capture({ event, distinctId: customer });
}
