// The documentation linter takes the types of a package for private ones; named here, they can stand in public signatures.
import * as tf from "@tensorflow/tfjs";

/**
 * A tensor of TensorFlow.js.
 *
 * @ignore
 */
export type Tensor = tf.Tensor;

/**
 * Sizes of a tensor of TensorFlow.js, null where any will do.
 *
 * @ignore
 */
export type TensorShape = tf.Shape;

/**
 * What a layer of TensorFlow.js is saved as.
 *
 * @ignore
 */
export type LayerConfig = tf.serialization.ConfigDict;

/**
 * The class of all layers of TensorFlow.js.
 *
 * @ignore
 */
export type LayerClass = typeof tf.layers.Layer;

/** The base class of all layers of TensorFlow.js. */
export const BaseLayer: LayerClass = tf.layers.Layer;
