/**
 * Where image n's thumbnail is. In the program main serves it from the study's thumbnail file under app://study;
 * a page served over http (the component tests) finds it on its own host.
 */
export function thumbnailAddress(studyId: string, image: number): string {
  const base = location.protocol === 'app:' ? 'app://study' : '/study';
  return `${base}/${studyId}/thumb/${image}`;
}
