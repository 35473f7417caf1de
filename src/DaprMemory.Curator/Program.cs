using DaprMemory.Curator;
using DaprMemory.Hosting;

return await ServiceProcess.RunAsync(() => CuratorApp.Build(args));
