/** Random Kconfig trees, for comparisons: small, with every kind of entry in every kind of block. */

/** @typedef {{ name: string, type: 'bool' | 'tristate' | 'int' | 'hex' | 'string' }} Option */

const COUNT = 16;

/**
 * Conditions look back and selects look ahead, so that most trees have no cycle.
 * @param {() => number} random @param {boolean} old In the form that Linux 4.11 reads. @returns {string}
 */
export function randomKconfig(random, old) {
  return new Tree(random, old).text();
}

class Tree {
  /** @type {string[]} */
  #lines = [];
  /** @type {Option[]} */
  #options = [];
  #made = 0;

  /** @param {() => number} random @param {boolean} old */
  constructor(random, old) {
    this.random = random;
    this.old = old;
    const types = /** @type {const} */ ([
      'bool',
      'bool',
      'bool',
      'tristate',
      'tristate',
      'int',
      'hex',
      'string',
    ]);
    for (let id = 0; id < COUNT; id++) this.#options.push({ name: `S${id}`, type: this.#one(types) });
  }

  text() {
    this.#lines.push('mainmenu "Random"', 'config MODULES', '\tbool "Modules"');
    this.#lines.push(this.old ? '\toption modules' : '\tmodules');
    if (this.#chance(0.7)) this.#lines.push('\tdefault y');
    while (this.#made < COUNT) this.#entries(0, false);
    return `${this.#lines.join('\n')}\n`;
  }

  /** @param {number} below */
  #upTo(below) {
    return Math.floor(this.random() * below);
  }

  /** @template T @param {readonly T[]} all @returns {T} */
  #one(all) {
    return /** @type {T} */ (all[this.#upTo(all.length)]);
  }

  /** @param {number} share */
  #chance(share) {
    return this.random() < share;
  }

  /** @param {Option} option */
  #isLogic({ type }) {
    return type === 'bool' || type === 'tristate';
  }

  /** @param {number} limit Options before this one may be asked for. @returns {string} */
  #atom(limit) {
    if (limit === 0 || this.#chance(0.05)) return this.#one(['MODULES', 'MODULES', 'UNDECLARED']);
    const { name, type } = this.#one(this.#options.slice(0, limit));
    const operator = this.#one(['=', '!=']);
    if (type === 'bool') return this.#chance(0.8) ? name : `${name} ${operator} ${this.#one(['y', 'n'])}`;
    if (type === 'tristate')
      return this.#chance(0.6) ? name : `${name} ${operator} ${this.#one(['y', 'm', 'n'])}`;
    const other = this.#one(['3', '0x10', '"x"', '60', this.#options[this.#upTo(limit)]?.name ?? '3']);
    return `${name} ${this.#one(['=', '!=', '<', '<=', '>', '>='])} ${other}`;
  }

  /** @param {number} limit @param {number} [depth] @returns {string} */
  #condition(limit, depth = 2) {
    if (depth === 0 || this.#chance(0.5)) return this.#atom(limit);
    const next = () => this.#condition(limit, depth - 1);
    return this.#one([
      () => `!(${next()})`,
      () => `(${next()} || ${next()})`,
      () => `${next()} && ${next()}`,
    ])();
  }

  /** @param {number} limit @param {number} share */
  #if(limit, share) {
    return this.#chance(share) ? ` if ${this.#condition(limit)}` : '';
  }

  /** @param {Option['type']} type @param {number} limit @returns {string} */
  #value(type, limit) {
    const same = this.#options.slice(0, limit).filter((option) => option.type === type);
    const name = same.length > 0 && this.#chance(0.4) ? this.#one(same).name : undefined;
    if (name !== undefined) return name;
    switch (type) {
      case 'bool':
        return this.#one(['y', 'n', this.#condition(limit, 1)]);
      case 'tristate':
        return this.#one(['y', 'm', 'n', this.#condition(limit, 1)]);
      case 'int':
        return this.#one(['3', '60', '-2']);
      case 'hex':
        return this.#one(['0x10', '0xff', '7']);
      default:
        return this.#one(['"text"', '"y"', '""', '"a\\"b"']);
    }
  }

  /** @param {boolean} inChoice */
  #option(inChoice) {
    const limit = this.#made++;
    const option = /** @type {Option} */ (this.#options[limit]);
    if (inChoice && !this.#isLogic(option)) option.type = this.#one(['bool', 'tristate']);
    const { name, type } = option;
    const prompt = inChoice || this.#chance(0.7) ? ` "${name}"${this.#if(limit, 0.2)}` : '';
    this.#lines.push(`config ${name}`, `\t${type}${prompt}`);
    for (let count = inChoice ? 0 : this.#upTo(3); count > 0; count--) {
      this.#lines.push(`\tdefault ${this.#value(type, limit)}${this.#if(limit, 0.4)}`);
    }
    if (this.#chance(0.4)) this.#lines.push(`\tdepends on ${this.#condition(limit)}`);
    const later = this.#options.slice(limit + 3).filter((each) => this.#isLogic(each));
    for (const keyword of ['select', 'imply']) {
      if (!this.#isLogic(option) || later.length === 0 || !this.#chance(0.3)) continue;
      this.#lines.push(`\t${keyword} ${this.#one(later).name}${this.#if(limit, 0.3)}`);
    }
    const [low, high] = type === 'hex' ? ['0x2', '0x20'] : [this.#one(['1', '-5']), this.#one(['10', '100'])];
    if ((type === 'int' || type === 'hex') && this.#chance(0.6)) {
      this.#lines.push(`\trange ${low} ${high}${this.#if(limit, 0.3)}`);
    }
  }

  /** @param {number} depth @param {boolean} inChoice */
  #entries(depth, inChoice) {
    for (let count = 1 + this.#upTo(4); count > 0 && this.#made < COUNT; count--) {
      const limit = this.#made;
      const kind = this.#one(inChoice ? IN_CHOICES : depth > 3 ? ['option'] : ANYWHERE);
      if (kind === 'option') this.#option(inChoice);
      else if (kind === 'again') this.#again();
      else if (kind === 'comment')
        this.#lines.push('comment "Words"', `\tdepends on ${this.#condition(limit, 1)}`);
      else if (kind === 'if') this.#block(`if ${this.#condition(limit)}`, 'endif', [], depth, inChoice);
      else if (kind === 'menu') {
        const visible = this.#chance(0.3) ? [`\tvisible if ${this.#condition(limit, 1)}`] : [];
        const depends = this.#chance(0.3) ? [`\tdepends on ${this.#condition(limit, 1)}`] : [];
        this.#block(`menu "Menu ${limit}"`, 'endmenu', [...visible, ...depends], depth, false);
      } else {
        const lines = [`\tprompt "Choice"${this.#if(limit, 0.2)}`];
        if (this.#chance(0.4)) lines.push(`\t${this.#one(['bool', 'tristate'])}`);
        if (this.#chance(0.3)) lines.push('\toptional');
        if (this.#chance(0.3)) lines.push(`\tdepends on ${this.#condition(limit, 1)}`);
        if (this.#chance(0.5)) lines.push(`\tdefault S${limit}${this.#if(limit, 0.4)}`);
        this.#block(this.#chance(0.3) ? `choice NAMED${limit}` : 'choice', 'endchoice', lines, depth, true);
      }
    }
  }

  /** @param {string} begin @param {string} end @param {string[]} lines @param {number} depth @param {boolean} inChoice */
  #block(begin, end, lines, depth, inChoice) {
    this.#lines.push(begin, ...lines);
    if (end === 'endchoice') this.#option(true);
    this.#entries(depth + 1, inChoice);
    this.#lines.push(end);
  }

  /** A second declaration of an option. */
  #again() {
    if (this.#made === 0) return;
    const limit = this.#upTo(this.#made);
    const { name, type } = /** @type {Option} */ (this.#options[limit]);
    this.#lines.push(`config ${name}`);
    this.#lines.push(
      this.#chance(0.5) ? `\tdefault ${this.#value(type, limit)}` : `\tdepends on ${this.#condition(limit)}`,
    );
  }
}

const IN_CHOICES = ['option', 'option', 'option', 'option', 'comment', 'if'];
const ANYWHERE = [
  'option',
  'option',
  'option',
  'option',
  'menu',
  'if',
  'comment',
  'choice',
  'choice',
  'again',
];
