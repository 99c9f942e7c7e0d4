/** So many images of each kind of damage are shown; the report names more. */
export const DAMAGE_SHOWN = 12;
