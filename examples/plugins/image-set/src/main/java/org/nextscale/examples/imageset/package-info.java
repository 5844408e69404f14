/**
 * A plugin that reads images of a kind of its own: {@link org.nextscale.examples.imageset.PpmImageSetProvider} recognizes and
 * opens files, {@link org.nextscale.examples.imageset.PpmImageSet} reads the images in one.
 */
package org.nextscale.examples.imageset;
