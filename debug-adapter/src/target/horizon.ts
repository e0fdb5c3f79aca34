/** What a guest that is played cannot be taken beyond. */
export interface Horizon {
  /** False while it runs live: there is none yet. */
  readonly isReplay: boolean;
  /** Something of the guest was changed from outside. */
  changed(): void;
  /** Called before the guest goes on; false where it cannot. */
  approach(): Promise<boolean>;
  /** Whether a guest that stopped without a reason of its own has come there. */
  reached(): Promise<boolean>;
}
