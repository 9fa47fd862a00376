/** Which Dockerfiles build the image of a service, so that its user and its health are worth a question. */
import type { Dockerfile, Model, Service } from '../../model/model.ts';
import { familyOf } from './baseImages.ts';
import { finalImage, type FinalImage } from './finalImage.ts';

export interface ServiceImage {
  readonly dockerfile: Dockerfile;
  readonly service: Service;
  readonly image: FinalImage;
  /** Set for images that are not production's, such as a debug image: what is wrong with them matters less. */
  readonly level?: 'info';
}

/**
 * The images of services. Left out: images for tests and examples, tools, databases, and Windows images, where neither
 * root nor signals are what they are elsewhere.
 */
export function* serviceImages(model: Model): Generator<ServiceImage> {
  for (const dockerfile of model.dockerfiles) {
    const service = model.serviceRunning(dockerfile);
    const image = finalImage(dockerfile);
    if (!service || !image) continue;
    if (dockerfile.role === 'test' || dockerfile.role === 'example') continue;
    if (familyOf(image.base.value) === 'windows') continue;
    const production = dockerfile.role === 'production' && service.role === 'production';
    yield { dockerfile, service, image, ...(!production && { level: 'info' }) };
  }
}
