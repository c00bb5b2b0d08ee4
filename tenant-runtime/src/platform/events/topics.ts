/** The topic of one kind of entity, and the permission of its followers. */
export interface Topic {
  readonly entityType: string;
  readonly name: string;
  /** The permission that a follower needs. */
  readonly read: string;
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
  /** The types of the entities whose events these topics hold. */
  entityTypes(topics: readonly string[]): readonly string[];
}

export function createTopics(topics: readonly Topic[]): Topics {
  const byType = new Map(topics.map((topic) => [topic.entityType, topic.name]));
  const permissions = new Map(topics.map((topic) => [topic.name, topic.read]));
  return {
    names: [...permissions.keys()],
    of: (entityType) => byType.get(entityType) ?? entityType,
    permissionFor: (topic) => permissions.get(topic),
    entityTypes: (wanted) =>
      topics.filter(({ name }) => wanted.includes(name)).map(({ entityType }) => entityType),
  };
}
