/** Which view is shown. */
export const views = ['data', 'train', 'map', 'sample', 'report', 'compare'] as const;
export type StudyView = (typeof views)[number];

class Navigation {
  view = $state<'welcome' | StudyView>('welcome');
}

export const navigation = new Navigation();
