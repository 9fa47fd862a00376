import type { Ranged } from '../../text.ts';

/** Hosts that a file addresses by a name of one's own network, such as `orders` in `http://orders:8080/v1`. */
export interface AddressFacts {
  /** Each host once, where it is first written. */
  readonly hosts: readonly Ranged<string>[];
  /** Names by which clients ask a registry for a service: `@FeignClient("orders")`, `@Client(id = "orders")`. */
  readonly ids: readonly Ranged<string>[];
}
