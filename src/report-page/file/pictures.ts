/** The pictures that a file holds, for the components that show them. */
import { createContext } from 'svelte';

/** Numbers of the images whose thumbnails are there. */
export const [pictures, setPictures] = createContext<ReadonlySet<number>>();

/** What the model draws along each variable, by the variable's column, as data: URLs. */
export const [strips, setStrips] = createContext<ReadonlyMap<string, string>>();
