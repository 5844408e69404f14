/**
 * A plugin that measures images: {@link org.nextscale.examples.featurenetwork.GridNetworkProvider} opens files of its own kind,
 * {@link org.nextscale.examples.featurenetwork.GridNetwork} computes what they describe.
 */
package org.nextscale.examples.featurenetwork;
