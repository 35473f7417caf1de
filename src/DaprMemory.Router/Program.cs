using DaprMemory.Hosting;
using DaprMemory.Router;

return await ServiceProcess.RunAsync(() => RouterApp.Build(args));
