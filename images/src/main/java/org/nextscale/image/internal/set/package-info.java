/** Sets of images that come with Nextscale: folders of pictures, and the files in which small sets are handed about. */
package org.nextscale.image.internal.set;
