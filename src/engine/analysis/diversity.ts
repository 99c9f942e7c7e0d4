import type { BiasReport, Estimate } from '../../contract/report.ts';
import type { Mixture } from '../density/mixture.ts';
import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../latent/matrix.ts';
import { fitPixelPca, projectPca } from '../latent/pca.ts';
import { prdc } from '../latent/sample-quality.ts';
import { unseenMass } from '../latent/unseen-mass.ts';
import { vendiScore } from '../latent/vendi.ts';
import type { Model } from '../model/model.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';

const SAMPLES = 2000;
const PCA_COMPONENTS = 64;
const NEIGHBOURS = 5;
const REPEATS = 5;
