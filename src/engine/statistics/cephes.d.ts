/** What is used of the package cephes, whose own declarations its `exports` hide. */
declare module 'cephes' {
  const cephes: {
    /** Until it is settled the functions are not there. */
    compiled: Promise<void>;
    lgam(x: number): number;
    incbet(a: number, b: number, x: number): number;
    incbi(a: number, b: number, p: number): number;
    igami(a: number, p: number): number;
    erfc(x: number): number;
    ndtri(p: number): number;
  };
  export default cephes;
}
