/** The topic of one kind of entity, and the permission of its followers. */
export interface Topic {
  readonly entityType: string;
  readonly name: string;
  /** The permission that a follower needs. */
  readonly read: string;
  /**
   * Whether every user may follow it, and hears without the permission only of entities of their own. Its events name the
   * owner in `data.createdBy`.
   */
  readonly owned?: boolean;
}

/** The topics of the tenant's events. */
export interface Topics {
  readonly names: readonly string[];
  /**
   * The topic of an entity's events. For an entity that no module of this image has, a topic that no user may
   * follow.
   */
  of(entityType: string): string;
  /** The permission that a follower of this topic needs; undefined if the topic does not exist. */
  permissionFor(topic: string): string | undefined;
  /** Whether every user may follow this topic, and hears without the permission only of entities of their own. */
  isOwned(topic: string): boolean;
  /** The types of the entities whose events these topics hold. */
  entityTypes(topics: readonly string[]): readonly string[];
}

export function createTopics(topics: readonly Topic[]): Topics {
  const byType = new Map(topics.map((topic) => [topic.entityType, topic.name]));
  const permissions = new Map(topics.map((topic) => [topic.name, topic.read]));
  const owned = new Set(topics.filter((topic) => topic.owned).map(({ name }) => name));
  return {
    names: [...permissions.keys()],
    of: (entityType) => byType.get(entityType) ?? entityType,
    permissionFor: (topic) => permissions.get(topic),
    isOwned: (topic) => owned.has(topic),
    entityTypes: (wanted) =>
      topics.filter(({ name }) => wanted.includes(name)).map(({ entityType }) => entityType),
  };
}
