using DaprMemory.Hosting;
using DaprMemory.Service;

return await ServiceProcess.RunAsync(() => MemoryService.Build(args));
